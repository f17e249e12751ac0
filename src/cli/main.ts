#!/usr/bin/env node
import { run } from './program.ts';

// `etna-auth … | head`: whoever read has gone, and nothing can be told any more.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));

process.exitCode = await run(process.argv.slice(2));
