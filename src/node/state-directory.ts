import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Where sessions and locks are kept unless told: `ETNA_AUTH_HOME`, or else a folder of ours where the platform has what
 * programs remember between their runs.
 */
export function stateDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { ETNA_AUTH_HOME: own, XDG_STATE_HOME: state, LOCALAPPDATA: local } = environment;
  if (own) return resolve(own);
  if (platform === 'win32') return join(local || join(homedir(), 'AppData', 'Local'), 'etna-auth');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'etna-auth');
  // A relative path is to be ignored, says the XDG specification.
  const base = state && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'etna-auth');
}
