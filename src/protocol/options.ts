/** What the protocol needs to know of a broker's ETNA Trader. */
export interface ProtocolOptions {
  /**
   * Where the API lives, with or without a trailing slash, e.g. `https://pub-api-et-demo-prod.etnasoft.us/api`.
   * It must be https, except on loopback.
   */
  readonly baseUrl: string;
  /** The application key that the broker gave you, sent as `Et-App-Key`. */
  readonly appKey: string;
  /**
   * How text beyond ASCII goes into a header. `utf-8` (the default) sends the bytes that curl sends; `latin1` sends one byte
   * a character and refuses what does not fit.
   */
  readonly headerEncoding?: 'utf-8' | 'latin1' | undefined;
  /**
   * Which header answers a step, for steps other than the code and the PIN: `{ DeviceCheck: 'DeviceCode' }`. It must not be one
   * that is taken already.
   */
  readonly challengeHeaders?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for one whole exchange with the server, the body included. 10,000 by default. */
  readonly timeout?: number | undefined;
  /** How long a session is good, in milliseconds. 24 hours by default, as ETNA documents; no token tells. */
  readonly sessionLifetime?: number | undefined;
  /** Sends passwords over plain http to hosts other than loopback. For test beds behind a tunnel only. */
  readonly allowInsecure?: boolean | undefined;
  /**
   * Stands in for the global `fetch`, e.g. to go through a proxy, or to an emulator in the same page. It must honour `signal`,
   * since that is how calls are timed out and cancelled.
   */
  readonly fetch?: typeof fetch | undefined;
}
