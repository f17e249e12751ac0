import { globSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const shown = [
  'machines/auth.machine.ts',
  'docs/machine.mmd',
  'docs/examples/login-form/*.ts',
  'docs/examples/native/*.{ts,tsx}',
  'docs/examples/proxy/proxy.ts',
  'docs/examples/shared/*',
  'docs/examples/{angular,element}/login.ts',
  'docs/examples/{react,solid}/login.tsx',
  'docs/examples/{svelte,vue}/Login.*',
  'test/runtimes/hosts.ts',
];

/** A page for each file of the repository that other pages link to. */
export default {
  watch: shown.map((pattern) => resolve(repository, pattern)),
  paths: () =>
    shown
      .flatMap((pattern) => globSync(pattern, { cwd: repository }))
      .map((file) => {
        const code = readFileSync(resolve(repository, file), 'utf8').trimEnd();
        return { params: { file }, content: `# ${file}\n\n\`\`\`\`${extname(file).slice(1)}\n${code}\n\`\`\`\`\n` };
      }),
};
