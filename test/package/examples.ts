import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A block of code in the README, a page or a docstring. */
export interface Example {
  /** Where it stands: the file, and its place among the blocks of that file. */
  readonly name: string;
  readonly source: string;
  readonly language: 'sh' | 'ts' | 'tsx';
  readonly code: string;
  /** What it prints, where a block of text after it tells. */
  readonly output: string | null;
}

/** All blocks of shell and TypeScript that readers may copy. */
export function readExamples(): readonly Example[] {
  const sources = globSync(['README.md', 'docs/**/*.md', 'machines/**/*.ts', 'src/**/*.ts'], {
    cwd: root,
    // Made of the docstrings.
    exclude: ['docs/reference/**'],
  });
  return sources.sort().flatMap((source) => {
    const file = readFileSync(resolve(root, source), 'utf8');
    const text = source.endsWith('.ts') ? file.replaceAll(/^ *\* ?/gm, '') : file;
    const blocks = text.matchAll(/```(sh|tsx?)\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g);
    return [...blocks].map(([, language, code = '', output = null], index) => ({
      name: `${source} ${index + 1}`,
      source,
      language: language as Example['language'],
      code,
      output,
    }));
  });
}
