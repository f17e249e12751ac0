import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const cache = join(root, '.cache/runtimes');

/** Installs packages, without their scripts, into a folder of their own, unless they are there. Returns the folder. */
export function install(name: string, packages: readonly string[]): string {
  const folder = join(cache, name);
  const marker = join(folder, 'installed.txt');
  const wanted = packages.join('\n');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--prefer-offline'];
  execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(marker, wanted);
  return folder;
}

/** Gives a folder the packages that another one has: a package that is tried is not installed twice. */
export function sharePackages(from: string, folder: string): void {
  for (const name of readdirSync(join(from, 'node_modules')).filter((entry) => !entry.startsWith('.'))) {
    const target = join(folder, 'node_modules', name);
    rmSync(target, { recursive: true, force: true });
    cpSync(join(from, 'node_modules', name), target, { recursive: true });
  }
}

/** The program of a package that brings one for each platform, as a package that is installed beside it. */
export function programOf(folder: string, pattern: string): string {
  const [program] = globSync(`node_modules/${pattern}`, { cwd: folder });
  if (!program) throw new Error(`There is no ${pattern} in ${folder}.`);
  return join(folder, program);
}
