// Bundles the explorer into dist/: every file of dist/assets carries the hash of its content in its name.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { build } from "esbuild";

const OUT = "dist";
const PUBLIC_PATH = "/graphiql/assets";

async function bundle() {
  const { metafile } = await build({
    entryPoints: { explorer: "src/main.jsx" },
    outdir: `${OUT}/assets`,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    loader: { ".graphql": "text" },
    define: { "process.env.NODE_ENV": '"production"' },
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    publicPath: PUBLIC_PATH,
    legalComments: "none",
    logLevel: "warning",
  });
  return metafile;
}

async function writePage(outputs) {
  const [script, { cssBundle }] = Object.entries(outputs).find(([, output]) => output.entryPoint === "src/main.jsx");
  const links = { script: basename(script), style: basename(cssBundle) };
  const page = await readFile("src/index.html", "utf8");
  await writeFile(`${OUT}/index.html`, page.replace(/{{(\w+)}}/g, (_, name) => `${PUBLIC_PATH}/${links[name]}`));
}

async function licence(directory) {
  const { name, version, license } = JSON.parse(await readFile(`${directory}/package.json`, "utf8"));
  const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(`${directory}/${file}`, "utf8") : "";
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

// The licences of what is in the bundle ask that their texts travel with it.
async function writeLicences(inputs) {
  const directories = Object.keys(inputs).map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const packages = [...new Set(directories.filter(Boolean))].sort();
  await writeFile(`${OUT}/LICENSES.txt`, (await Promise.all(packages.map(licence))).join(`\n${"-".repeat(80)}\n\n`));
}

await rm(OUT, { recursive: true, force: true });
const { inputs, outputs } = await bundle();
await writePage(outputs);
await writeLicences(inputs);
