/**
 * A few of the paths that have between them all that any path has: the longest first, and then each that has something new.
 *
 * @param has What is looked for in a path, as plain data.
 */
export function covering<Path extends { readonly turns: readonly unknown[] }>(
  paths: readonly Path[],
  has: (path: Path) => readonly unknown[],
): Set<Path> {
  const found = new Set<string>();
  const longestFirst = paths.toSorted((one, other) => other.turns.length - one.turns.length);
  return new Set(
    longestFirst.filter((path) => {
      const before = found.size;
      for (const one of has(path)) found.add(JSON.stringify(one));
      return found.size > before;
    }),
  );
}
