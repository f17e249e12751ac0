import { existsSync, globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    session: 'src/session/index.ts',
    messages: 'src/messages.ts',
    node: 'src/node/index.ts',
    testing: 'src/testing/index.ts',
    'testing-browser': 'src/testing/portable.ts',
    cli: 'src/cli/main.ts',
  },
  platform: 'node',
  target: 'es2023',
  fixedExtension: false,
  dts: true,
  sourcemap: false,
  plugins: [withoutDescriptions(), licenses()],
});

/** The machine describes itself to those who read and draw it. Pages that run it need not load that. */
function withoutDescriptions() {
  return {
    name: 'without-descriptions',
    transform: {
      filter: { id: /auth\.machine\.ts$/ },
      handler: (code: string) => code.replaceAll(/description:\s*'[^']*',?/g, ''),
    },
  };
}

/** The command and the emulator bundle what they are made of, so that its licences must come along. */
function licenses() {
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
      if (texts.length > 0) this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: texts.join('\n---\n\n') });
    },
  };
}
