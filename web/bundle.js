// Bundles a page into dist/ of the directory that it is called in: the same bytes for the same sources and packages.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";

const OUT = "dist";

// `build` is esbuild's, of the page's own packages. `options` are further ones of esbuild.
export async function bundlePage(build, { name, entry, publicPath, ...options }) {
  await rm(OUT, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { [name]: entry },
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
    publicPath,
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  await writePage(metafile.outputs, entry, publicPath);
  await writeLicences(metafile.inputs);
}

async function writePage(outputs, entry, publicPath) {
  const [script, { cssBundle }] = Object.entries(outputs).find(([, output]) => output.entryPoint === entry);
  const links = { script: basename(script), style: basename(cssBundle) };
  const page = await readFile("src/index.html", "utf8");
  await writeFile(`${OUT}/index.html`, page.replace(/{{(\w+)}}/g, (_, name) => `${publicPath}/${links[name]}`));
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
