import type { AuthFailure } from './failures.ts';
import type { Secret } from './secret.ts';

/** Who signs in. */
export interface Credentials {
  readonly username: string;
  readonly password: Secret;
}

/** A picture that the user may choose to recognise the server by. */
export interface SecurityImage {
  readonly name: string;
  /** A PNG in Base64. */
  readonly content: string;
}

/** What the server requires before it issues a session: a step of a two-factor login, or a new password or PIN. */
export interface Expectation {
  /** The step as the server names it: `VerificationCode`, `SecutityPin` (the typo is ETNA's), … */
  readonly step: string;
  /**
   * `code`: sent to the user by SMS or e-mail. `pin`: known to the user. `other`: sent in a header that you configured.
   * `new-password`: the password has expired, and the user chooses a new one. `new-pin`: the account needs a PIN, and the user chooses
   * one, with a phrase and one of the `images`. After the last two the login starts over.
   */
  readonly kind: 'code' | 'pin' | 'other' | 'new-password' | 'new-pin';
  /** The server's own words, often localised. Even for a new challenge they may read like a refusal ("Invalid pin"). */
  readonly reason: string | null;
  /** Connects the code to this login. It is never a session. */
  readonly interimToken: Secret;
  /** The phrase that the user chose in order to recognise the server, shown when a PIN is required. */
  readonly personalPhrase: Secret | null;
  /** The image that the user chose in order to recognise the server. */
  readonly image: Secret | null;
  /** The pictures to choose from, if the kind is `new-pin`. There may be none. */
  readonly images?: readonly SecurityImage[] | undefined;
  /**
   * How many codes may be rejected before the login fails, if the server allows that many.
   *
   * @default 3
   */
  readonly maxAttempts?: number | undefined;
}

/** A step that waits for the user. */
export interface Challenge extends Expectation {
  /** 1 for a new challenge; it increases with each code that the server rejects. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * Why the challenge is repeated: the server rejected the code (`invalid-code`), the code could not be sent (`invalid-input`), or no
   * reply arrived (`network`, `timeout`). In the last two cases the server may have received it; only the user sends it again. `null` for
   * a new challenge.
   */
  readonly problem: 'invalid-code' | 'invalid-input' | 'network' | 'timeout' | null;
}

/** A signed-in user. */
export interface Session {
  readonly username: string;
  /** Goes into `Authorization: Bearer …`. */
  readonly token: Secret;
  /** When the token was requested, as Unix time in ms. */
  readonly issuedAt: number;
  /** When the token expires, as Unix time in ms. */
  readonly expiresAt: number;
}

/** The result of a request, if the login continues. Otherwise the service rejects with an `AuthError`. */
export type TokenReply =
  | { readonly type: 'succeeded'; readonly session: Session }
  | { readonly type: 'expecting'; readonly expectation: Expectation }
  /** The new password or PIN is set: the login starts over with these credentials. */
  | { readonly type: 'restarting'; readonly credentials: Credentials }
  /** Another login to the account is under way, such as in another tab. Nothing was sent: the machine invokes `awaitTurn` first. */
  | { readonly type: 'waiting' };

/** The input of a request: at first only the credentials, later a code for a challenge as well. */
export interface TokenRequest {
  readonly credentials: Credentials | null;
  readonly challenge: Challenge | null;
  readonly code: Secret | null;
  readonly choice?: PinChoice | undefined;
}

/** The choices that go with a new PIN. */
export interface PinChoice {
  /** The `name` of one of the challenge's `images`. */
  readonly imageName?: string | undefined;
  /** The phrase that the server will show when it requires the PIN. */
  readonly personalPhrase?: Secret | undefined;
}

/** The events that users and hosts send to the machine. */
export type AuthEvent =
  | { readonly type: 'login'; readonly credentials: Credentials }
  | { readonly type: 'code.submit'; readonly code: Secret; readonly choice?: PinChoice | undefined }
  | { readonly type: 'code.resend' }
  | { readonly type: 'cancel' }
  | { readonly type: 'retry' }
  | { readonly type: 'reset' }
  | { readonly type: 'logout' }
  | { readonly type: 'session.shared'; readonly session: Session }
  | { readonly type: 'session.ended' }
  | { readonly type: 'session.check' }
  | { readonly type: 'session.rejected' };

/** The events that the machine emits, for `actor.on`. Hosts use them to store sessions. */
export type AuthEmitted =
  /** `elsewhere`: another tab or process signed in. */
  | { readonly type: 'session.opened'; readonly session: Session; readonly origin: 'login' | 'elsewhere' }
  /** Ended by the user, here or `elsewhere`; expired; or ended by the server. */
  | {
      readonly type: 'session.closed';
      readonly session: Session;
      readonly reason: 'logout' | 'elsewhere' | 'expired' | 'rejected';
      /**
       * After a `logout` of `createAuthMachine`, how it went at the server. Resolves with `null` when the server has ended the session, or
       * with the failure: then the token remains valid until it expires. Never rejects.
       */
      readonly revocation?: Promise<AuthFailure | null> | undefined;
    };

/** The context of the machine: no more than its state needs. */
export interface AuthContext {
  readonly credentials: Credentials | null;
  readonly challenge: Challenge | null;
  readonly session: Session | null;
  readonly failure: AuthFailure | null;
}

/** The input of the machine. */
export interface AuthInput {
  /** A session from an earlier login. An expired one is dropped. */
  readonly session?: Session | null | undefined;
}

/** The machine's types, as XState's `setup` takes them. */
export interface AuthTypes {
  context: AuthContext;
  events: AuthEvent;
  emitted: AuthEmitted;
  input: AuthInput | undefined;
  tags: 'busy';
}
