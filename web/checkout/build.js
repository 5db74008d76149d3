// Bundles both pages of buyers into dist/.

import { build } from "esbuild";

import { bundlePage } from "../bundle.js";

await bundlePage(build, {
  name: "checkout",
  entry: "src/main.tsx",
  publicPath: "/checkout/assets",
  jsxImportSource: "preact",
});
