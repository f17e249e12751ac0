import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { unavailable } from './shared-store.ts';

/**
 * The default directory of sessions and locks: `ETNA_AUTH_HOME`, or else `etna-auth` in the platform's directory for program state.
 *
 * @throws {AuthError} `store-unavailable` if it is not an absolute path: a token must not end up in the current directory of a command.
 */
export function stateDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { ETNA_AUTH_HOME: own, XDG_STATE_HOME: state, LOCALAPPDATA: local } = environment;
  if (own) return absolute(own, 'ETNA_AUTH_HOME');
  if (platform === 'win32')
    return join(local ? absolute(local, 'LOCALAPPDATA') : join(home(), 'AppData', 'Local'), 'etna-auth');
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'etna-auth');
  // The XDG specification requires relative paths to be ignored.
  const base = state && isAbsolute(state) ? state : join(home(), '.local', 'state');
  return join(base, 'etna-auth');
}

/** Without `HOME`, the system looks up the user's home directory by user number. It may not find one. */
function home(): string {
  let path: string;
  try {
    path = homedir();
  } catch {
    throw unavailable('There is no home directory. Set HOME or ETNA_AUTH_HOME.');
  }
  return absolute(path, 'HOME');
}

function absolute(path: string, variable: string): string {
  if (isAbsolute(path)) return path;
  throw unavailable(`${variable} is "${path}", not an absolute path.`);
}
