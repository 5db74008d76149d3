import "graphiql/style.css";
import "./page.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import homepage from "./homepage.graphql";

const endpoint = new URL("/graphql", window.location.origin);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

// Headers stay in this tab: a token typed here is not kept when the page is closed.
createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href })}
    defaultTabs={[{ query: homepage }]}
    shouldPersistHeaders={false}
  />,
);
