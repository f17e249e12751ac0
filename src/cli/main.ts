#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`etna-auth needs Node 22.12 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const args = process.argv.slice(2);
process.exitCode = await (args.length === 1 && args[0] === 'token' ? printToken() : runProgram());

/** Scripts may run this for every request, so nothing is loaded that it does not need. */
async function printToken() {
  endWithReaderOf(process.stdout);
  const { runToken } = await import('./token.ts');
  return runToken({});
}

async function runProgram() {
  endWithReaderOf(process.stdout);
  // The reader of the messages has gone, but a login whose SMS is on its way should continue.
  process.stderr.on('error', () => {});
  const { run } = await import('./program.ts');
  return run(args);
}

/** Exits quietly when the reader closes the pipe, as in `etna-auth … | head`, and reports other errors of writing. */
function endWithReaderOf(stream: NodeJS.WriteStream) {
  stream.on('error', ({ code, name }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') console.error(`Cannot write the output (${code ?? name}).`);
    process.exit(1);
  });
}
