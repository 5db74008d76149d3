// Bundles both pages of buyers into dist/.

import { build } from "esbuild";

import { bundlePage } from "../bundle.js";

await bundlePage(build, {
  name: "checkout",
  entry: "src/main.tsx",
  publicPath: "/checkout/assets",
  jsxImportSource: "preact",
  // Module scripts are always read as UTF-8; escapes would make every accent longer.
  charset: "utf8",
});
