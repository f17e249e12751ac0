import { existsSync, globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

const shared = {
  platform: 'node',
  target: 'es2023',
  fixedExtension: false,
  sourcemap: false,
  // Declarations take their time, and there is nothing to be done about it.
  inputOptions: { checks: { bundlerTimings: false } },
} as const;

export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      browser: 'src/browser/index.ts',
      session: 'src/session/index.ts',
      messages: 'src/messages.ts',
      node: 'src/node/index.ts',
      testing: 'src/testing/index.ts',
    },
    dts: true,
    // Whoever imports these alone has no machine in their bundle.
    outputOptions: {
      codeSplitting: {
        groups: [
          { name: 'secret', test: /machines\/(failures|outcome|secret)\.ts$/ },
          // What reads replies is loaded with the first request, and must not share a file with what a page loads before.
          { name: 'exchange', test: /src\/protocol\/(exchange|headers|shape)\.ts$/ },
          { name: 'token-service', test: /src\/(token-service|protocol\/(reply|body))\.ts$/ },
        ],
      },
    },
    plugins: [withoutDescriptions(), licenses('licenses.txt')],
  },
  {
    ...shared,
    // Apart from the others, with which they would share pieces: one that only Node can load, and small ones that pages would
    // have to load one by one.
    entry: { 'testing-browser': 'src/testing/portable.ts', inspect: 'src/inspect/index.ts' },
    platform: 'browser',
    dts: true,
    plugins: [licenses('licenses-of-testing-browser.txt')],
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    dts: false,
    // Of each package only what the command uses: it starts in two thirds of the time.
    deps: { alwaysBundle: ['ky', 'valibot', 'xstate'] },
    plugins: [withoutDescriptions(), licenses('licenses-of-the-command.txt')],
  },
]);

/** The machine describes itself to those who read and draw it. Pages that run it need not load that. */
function withoutDescriptions() {
  return {
    name: 'without-descriptions',
    transform: {
      filter: { id: /auth\.machine\.ts$/ },
      handler(this: { parse(code: string, options: { lang: 'ts' }): object }, code: string) {
        // From the last to the first, so that the places of the others stay.
        return descriptionsIn(this.parse(code, { lang: 'ts' }))
          .sort((one, other) => other.start - one.start)
          .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end).replace(/^,/, ''), code);
      },
    },
  };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where a syntax tree has properties of this name. */
function descriptionsIn(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, key, start, end } = node as { type?: string; key?: { name?: string } } & Place;
  if (type === 'Property' && key?.name === 'description') return [{ start, end }];
  return Object.values(node).flatMap(descriptionsIn);
}

/** The command and the emulator bundle what they are made of, so that its licences must come along. */
function licenses(fileName: string) {
  return {
    name: 'licenses',
    generateBundle(
      this: { emitFile(file: object): void },
      _: unknown,
      bundle: Record<string, { moduleIds?: string[] }>,
    ) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
      const folders = new Set(modules.flatMap((id) => id.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
      const texts = [...folders].sort().map((folder) => {
        const file = globSync(`${folder}/{license,LICENSE,License}*`).find((path) => existsSync(path));
        const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
        return `${name} ${version} (${license})\n\n${file ? readFileSync(file, 'utf8').trim() : ''}\n`;
      });
      if (texts.length > 0) this.emitFile({ type: 'asset', fileName, source: texts.join('\n---\n\n') });
    },
  };
}
