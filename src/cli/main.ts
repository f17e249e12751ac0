#!/usr/bin/env node
import { readPlainUse } from './plain-use.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`etna-auth needs Node 22.12 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

process.stdout.on('error', ({ code, name }: NodeJS.ErrnoException) => {
  // Exits quietly when the reader closes the pipe, as in `etna-auth … | head`, and reports other errors of writing.
  if (code !== 'EPIPE') console.error(`Cannot write the output (${code ?? name}).`);
  process.exit(1);
});
// The reader of the messages may be gone, but a login whose SMS is on its way should continue.
process.stderr.on('error', () => {});

// Until the exit code is known: a command that ends without one has failed.
process.exitCode = 1;
run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});

async function run(args: readonly string[]): Promise<number> {
  const plain = readPlainUse(args);
  if (plain) return plain.command.run(plain.flags, plain.words);
  const { answerTo } = await import('./help.ts');
  const answer = answerTo(args);
  if (answer !== null) {
    process.stdout.write(answer);
    return 0;
  }
  const { readUse } = await import('./usage.ts');
  const use = readUse(args);
  return typeof use === 'number' ? use : use.command.run(use.flags, use.words);
}
