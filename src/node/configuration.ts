import { AuthError } from '../../machines/failures.ts';
import type { Secret } from '../../machines/secret.ts';

/** The options of a login that may come from the environment. */
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

/** The environment variable of each option. */
export const variables = {
  baseUrl: 'ETNA_BASE_URL',
  appKey: 'ETNA_APP_KEY',
  username: 'ETNA_USERNAME',
  password: 'ETNA_PASSWORD',
} as const satisfies Record<keyof Configuration, string>;

/** Options that may be omitted in favour of the environment. */
export type ConfigurationOptions = { readonly [Name in keyof Configuration]?: Configuration[Name] | undefined };

/** Environment variables, without a need for the types of Node. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The options, completed from the environment. An empty variable is ignored. */
export function findConfiguration(
  options: ConfigurationOptions,
  environment: Environment = process.env,
): ConfigurationOptions {
  return {
    baseUrl: options.baseUrl ?? (environment[variables.baseUrl] || undefined),
    appKey: options.appKey ?? (environment[variables.appKey] || undefined),
    username: options.username ?? (environment[variables.username] || undefined),
    password: options.password ?? (environment[variables.password] || undefined),
  };
}

/**
 * The complete options of a login, from the given ones and the environment.
 *
 * @throws {AuthError} `invalid-input`, naming what is missing.
 */
export function readConfiguration(
  options: ConfigurationOptions,
  environment: Environment = process.env,
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
