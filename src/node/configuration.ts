import { AuthError } from '../../machines/failures.ts';
import type { Secret } from '../../machines/secret.ts';

/** What a login needs to know, as far as it may come from the environment. */
export interface Configuration {
  /** `ETNA_BASE_URL`. */
  readonly baseUrl: string;
  /** `ETNA_APP_KEY`. */
  readonly appKey: string;
  /** `ETNA_USERNAME`. */
  readonly username: string;
  /** `ETNA_PASSWORD`. */
  readonly password: string | Secret;
}

/** The environment variable that stands in for an option. */
export const variables = {
  baseUrl: 'ETNA_BASE_URL',
  appKey: 'ETNA_APP_KEY',
  username: 'ETNA_USERNAME',
  password: 'ETNA_PASSWORD',
} as const satisfies Record<keyof Configuration, string>;

/** Options that may be left to the environment. */
export type ConfigurationOptions = { readonly [Name in keyof Configuration]?: Configuration[Name] | undefined };

/** What the options say and, where they are silent, the environment. An empty variable says nothing. */
export function findConfiguration(
  options: ConfigurationOptions,
  environment: NodeJS.ProcessEnv = process.env,
): ConfigurationOptions {
  return {
    baseUrl: options.baseUrl ?? (environment[variables.baseUrl] || undefined),
    appKey: options.appKey ?? (environment[variables.appKey] || undefined),
    username: options.username ?? (environment[variables.username] || undefined),
    password: options.password ?? (environment[variables.password] || undefined),
  };
}

/**
 * What the options say and, where they are silent, the environment: all that a login needs.
 *
 * @throws {AuthError} `invalid-input`, naming what is missing.
 */
export function readConfiguration(
  options: ConfigurationOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Configuration {
  const { baseUrl, appKey, username, password } = findConfiguration(options, environment);
  if (baseUrl === undefined) throw missing('baseUrl');
  if (appKey === undefined) throw missing('appKey');
  if (username === undefined) throw missing('username');
  if (password === undefined) throw missing('password');
  return { baseUrl, appKey, username, password };
}

function missing(name: keyof Configuration): AuthError {
  const detail = `${name} is missing: pass it, or set ${variables[name]}.`;
  return new AuthError('invalid-input', { detail });
}
