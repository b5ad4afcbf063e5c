// node esbuild.mjs [--tests | --watch]: bundles the extension into dist/, or its unit tests into out/test/.
import { readdirSync, rmSync } from "node:fs";
import esbuild from "esbuild";

const tests = process.argv.includes("--tests");
const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  logLevel: "warning",
};

if (tests) {
  rmSync("out/test", { recursive: true, force: true }); // a test that was renamed must not run under its old name
}

const options = tests
  ? {
      ...shared,
      entryPoints: readdirSync("test")
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `test/${name}`),
      outdir: "out/test",
      sourcemap: "inline",
    }
  : {
      ...shared,
      entryPoints: ["src/extension.ts", "src/uninstall.ts"],
      outdir: "dist",
      minify: true,
      sourcemap: false,
    };

if (process.argv.includes("--watch")) {
  await (await esbuild.context({ ...options, minify: false, sourcemap: "inline" })).watch();
} else {
  await esbuild.build(options);
}
