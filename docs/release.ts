// Puts what the registry gets into a folder, with a package.json of what users need. `--publish` publishes it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly version: string;
  /** The one place that names the address of the sources: links to what is not in the package lead there. */
  readonly repository?: { readonly type: 'git'; readonly url: string };
}

/** Stages the package. The folder is emptied first. */
export function stagePackage(folder: string): void {
  const file = join(root, 'package.json');
  const { devDependencies, workspaces, scripts, overrides, allowScripts, knip, c8, ...manifest } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }]: [{ files: readonly { path: string }[] }] = JSON.parse(listed);
  const paths = new Set(files.map(({ path }) => path));
  rmSync(folder, { recursive: true, force: true });
  for (const path of paths) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith('.md')) {
      writeFileSync(target, withLinks(readFileSync(join(root, path), 'utf8'), path, paths, sourceAddress(manifest)));
    } else cpSync(join(root, path), target);
  }
  // The list of files has done its work.
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, files: undefined }, null, 2)}\n`);
}

/** Where the files of this version can be read, with a slash at the end; `null` where the address is not set. */
export function sourceAddress({ repository, version }: Manifest): string | null {
  const url = repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return url ? `${url}/blob/v${version}/` : null;
}

/** A page whose links hold outside of the repository: the registry shows the README alone, and the package has not all files. */
export function withLinks(text: string, page: string, packed: ReadonlySet<string>, sources: string | null): string {
  if (!sources) return text;
  return text.replaceAll(/(!?)(\[[^\]]*\]\()([\w./-]+)(#[\w-]+)?\)/g, (link, image, start, path, anchor = '') => {
    const file = posix.join(posix.dirname(page), path);
    if (page !== 'README.md' && packed.has(file)) return link;
    return `${image}${start}${sources}${file}${image ? '?raw=true' : anchor})`;
  });
}

if (import.meta.main) {
  const folder = join(root, '.cache/package');
  stagePackage(folder);
  console.log(`The package is in ${folder}.`);
  if (process.argv.includes('--publish')) publish(folder);
}

/** What speaks against a release; nothing, where it is ready. */
export function problemsOf({ version, repository }: Manifest, changelog: string, tags: readonly string[]): string[] {
  const problems = [
    !repository && 'package.json names no repository: links would lead nowhere, and there is no provenance.',
    !changelog.includes(`\n## ${version}\n`) && `docs/CHANGELOG.md has no section ${version}.`,
    !tags.includes(`v${version}`) && `The commit is not tagged v${version}.`,
  ];
  return problems.filter((problem) => problem !== false);
}

/** The tags of the commit that is checked out. In a container the folder may belong to another user, which Git would refuse. */
export function tagsIn(folder: string): string[] {
  const args = ['-c', 'safe.directory=*', 'tag', '--points-at', 'HEAD'];
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim().split('\n');
}

function publish(folder: string): void {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const changelog = readFileSync(join(root, 'docs/CHANGELOG.md'), 'utf8');
  const problems = problemsOf(manifest, changelog, tagsIn(root));
  if (problems.length > 0) throw new Error(problems.join(' '));
  execFileSync('npm', ['publish', folder, '--provenance', '--access', 'public'], { stdio: 'inherit' });
}
