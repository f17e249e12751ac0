import { existsSync, readdirSync, readlinkSync } from 'node:fs';

/** What this process has open of a directory, where the system tells. */
export function openIn(directory: string): string[] {
  const links = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : [];
  return links.flatMap((link) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${link}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      // That of the directory of links itself.
      return [];
    }
  });
}
