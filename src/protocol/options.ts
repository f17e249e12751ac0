/** How to reach a broker's ETNA Trader. */
export interface ProtocolOptions {
  /**
   * The address of the API, with or without a trailing slash, e.g. `https://pub-api-et-demo-prod.etnasoft.us/api`.
   * It must be https, except on loopback.
   */
  readonly baseUrl: string;
  /** The application key that the broker gave you, sent as `Et-App-Key`. */
  readonly appKey: string;
  /**
   * How non-ASCII text is encoded in a header. `utf-8` sends the same bytes as curl; `latin1` sends one byte per character, and refuses
   * other characters.
   *
   * @default 'utf-8'
   */
  readonly headerEncoding?: 'utf-8' | 'latin1' | undefined;
  /**
   * The header that carries the response to a custom step: `{ DeviceCheck: 'DeviceCode' }`. It must not be a header that the library
   * already uses.
   */
  readonly challengeHeaders?: Readonly<Record<string, string>> | undefined;
  /**
   * Milliseconds for one exchange with the server, including the body.
   *
   * @default 10_000
   */
  readonly timeout?: number | undefined;
  /**
   * The lifetime of a session, in milliseconds. ETNA documents 24 hours; tokens do not contain it.
   *
   * @default 86_400_000
   */
  readonly sessionLifetime?: number | undefined;
  /**
   * Allows plain http to hosts other than loopback, which sends passwords unencrypted. Only for test systems behind a tunnel.
   *
   * @default false
   */
  readonly allowInsecure?: boolean | undefined;
  /**
   * Replaces the global `fetch`, e.g. to use a proxy, or an emulator in the same page. It must honour `redirect: 'manual'`, or return the
   * reply itself: one that is built in code does not say where it came from, and a followed redirect goes unnoticed. It should honour
   * `signal`: otherwise a request continues after a timeout or `cancel`.
   */
  readonly fetch?: typeof fetch | undefined;
}
