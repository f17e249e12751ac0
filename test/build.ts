// Builds what the tests use, unless the last build was of the same files and its results are still there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const cwd = resolve(import.meta.dirname, '..');
const stamp = resolve(cwd, '.cache/built.txt');
/** What a build reads, and what it writes. */
const files = [
  '{machines,src,dist}/**',
  'tsdown.config.ts',
  'tsconfig.json',
  'package.json',
  'node_modules/.package-lock.json',
];

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync(files, { cwd }).sort()) {
    const path = resolve(cwd, file);
    if (statSync(path).isFile()) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function lastFingerprint(): string | null {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return null;
  }
}

if (fingerprint() !== lastFingerprint()) {
  execFileSync('npm', ['run', 'build'], { cwd, stdio: 'inherit' });
  mkdirSync(resolve(cwd, '.cache'), { recursive: true });
  writeFileSync(stamp, fingerprint());
}
