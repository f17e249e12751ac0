import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { install, programOf } from './install.ts';

export const compilers = ['5.4.5', '6.0.3', '7.0.2'];

const run = promisify(execFile);

/** Every entry of the package, for each way to resolve it. */
const resolutions = [
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
];

const options = {
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
};

/** Compiles a program that uses each entry, with the libraries checked and without the types of Node. */
export async function compile(version: string, app: string, entries: readonly string[]): Promise<void> {
  const tools = install(`typescript-${version}`, [`typescript@${version}`]);
  const code = entries.map((entry, index) => `export * as entry${index} from 'etna-auth${entry.slice(1)}';`);
  const compiling = resolutions.map(async (resolution) => {
    const folder = join(app, `types-${resolution.moduleResolution}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.ts'), code.join('\n'));
    const compilerOptions = { ...resolution, ...options };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    await run(process.execPath, [programOf(tools, 'typescript/bin/tsc'), '-p', folder]).catch((error) => {
      throw new Error(`${resolution.moduleResolution}: ${error.stdout || error.message}`);
    });
  });
  await Promise.all(compiling);
}

/** Has `attw` look for types that are not those of the code. */
export async function compareTypes(tarball: string): Promise<void> {
  const tools = install('attw', ['@arethetypeswrong/cli@0.18.5']);
  const program = programOf(tools, '@arethetypeswrong/cli/dist/index.js');
  await run(process.execPath, [program, tarball, '--profile', 'esm-only']).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
}
