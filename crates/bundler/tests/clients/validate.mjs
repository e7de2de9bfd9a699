// Validates files: the arguments are a list (JSON: [{id, input, output}]) and where to write the report.
// Outputs are validated as they are and once more without their compression.

import fs from 'node:fs';
import validator from 'gltf-validator';
import { beside } from './files.mjs';
import { uncompressed } from './plain.mjs';

async function errors(file, bytes) {
  const report = await validator.validateBytes(new Uint8Array(bytes), {
    maxIssues: 100000,
    externalResourceFunction: async (uri) => new Uint8Array(beside(file, uri)),
  });
  const codes = {};
  for (const { code, severity, pointer } of report.issues.messages) {
    if (severity !== 0) continue;
    codes[code] ??= { count: 0, pointer };
    codes[code].count += 1;
  }
  return codes;
}

const [list, report] = process.argv.slice(2);
const rows = [];
for (const { id, input, output } of JSON.parse(fs.readFileSync(list))) {
  const bytes = fs.readFileSync(output);
  rows.push({
    id,
    input: await errors(input, fs.readFileSync(input)),
    output: await errors(output, bytes),
    uncompressed: await errors(output, await uncompressed(bytes)),
  });
}
fs.writeFileSync(report, JSON.stringify(rows));
