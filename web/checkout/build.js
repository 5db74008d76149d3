// Bundles the page into dist/: every file of dist/assets carries the hash of its content in its name.

import { build } from "esbuild"

import { bundlePage } from "../bundle.js"

await bundlePage(build, { name: "checkout", entry: "src/main.tsx", publicPath: "/checkout/assets", jsxImportSource: "preact" })
