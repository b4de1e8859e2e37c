// A webhook as it leaves a network, and the secrets by which it is proved.

/** A webhook as it is sent. */
export interface WebhookMessage {
  readonly method: 'POST' | 'PUT';
  /** An address that the merchant gave for this payment; null for the one of the whole account. */
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Gives a secret of the account by its name in `Personality.secrets`. */
export type SecretNamed = (name: string) => string;
