// Bundles the explorer into dist/.

import { build } from "esbuild";

import { bundlePage } from "../bundle.js";

await bundlePage(build, { name: "explorer", entry: "src/main.jsx", publicPath: "/graphiql/assets" });
