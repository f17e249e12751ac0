/** A brokerage account, as `GET /v1.0/users/@me/accounts` lists it. */
export interface EmulatedAccount {
  readonly id: number;
  readonly clearingAccount: string;
  readonly marginType?: string;
  readonly enabled?: boolean;
}

/** A user of the emulator, and what a login requires. */
export interface EmulatedUser {
  readonly username: string;
  readonly password: string;
  /** How the one-time code is sent. Without it, or with `false`, no code is required. */
  readonly twoFactor?: 'sms' | 'email' | false;
  /** A PIN that is required as well. */
  readonly pin?: string;
  /** A PIN is required, and the user never had one: it has to be set during the login. */
  readonly pinNotSet?: boolean;
  /**
   * Which of the two is required first, if the user has both.
   *
   * @default 'code-first'
   */
  readonly order?: 'code-first' | 'pin-first';
  /** The password has to be changed during the login. */
  readonly passwordExpired?: boolean;
  /** Shown when the PIN is required, so that the user recognises the broker. */
  readonly personalPhrase?: string;
  readonly id?: number;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly accounts?: readonly EmulatedAccount[];
}

/** The default application key of an emulator. It is public, and useless elsewhere. */
export const demoAppKey = 'NDU1NDRlNDEtNDE1NS01NDQ4LTQ0NDUtNGQ0ZjJkNGI0NTU5';

/**
 * The default users of an emulator: one for each way in which a login can go. Their passwords and PINs are public, and useless
 * elsewhere.
 */
export const demoUsers = [
  { username: 'alice', password: 'alice-demo', twoFactor: 'sms', firstName: 'Alice', lastName: 'Code' },
  { username: 'bob', password: 'bob-demo', firstName: 'Bob', lastName: 'Password' },
  { username: 'carol', password: 'carol-demo', twoFactor: 'email', pin: '2468', firstName: 'Carol', lastName: 'Both' },
  {
    username: 'dave',
    password: 'dave-demo',
    twoFactor: 'sms',
    pin: '1357',
    order: 'pin-first',
    personalPhrase: 'purple heron',
    firstName: 'Dave',
    lastName: 'Reversed',
  },
  { username: 'erin', password: 'erin-demo', passwordExpired: true, firstName: 'Erin', lastName: 'Expired' },
  { username: 'frank', password: 'frank-demo', pinNotSet: true, firstName: 'Frank', lastName: 'Pinless' },
] as const satisfies readonly EmulatedUser[];
