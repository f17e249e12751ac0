#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`etna-auth needs Node 22.12 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const args = process.argv.slice(2);
process.exitCode = await (args.length === 1 && args[0] === 'token' ? printToken() : runProgram());

/** A script may run this for each request that it makes, so nothing is loaded that it does not need. */
async function printToken() {
  endWithReaderOf(process.stdout);
  const { runToken } = await import('./token.ts');
  return runToken({});
}

async function runProgram() {
  endWithReaderOf(process.stdout);
  endWithReaderOf(process.stderr);
  const { run } = await import('./program.ts');
  return run(args);
}

/** `etna-auth … | head`: whoever read has gone, and nothing can be told any more. */
function endWithReaderOf(stream: NodeJS.WriteStream) {
  stream.on('error', () => process.exit(1));
}
