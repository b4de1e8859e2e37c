// What a payment provider can do, as its documents say, and where they say it. The contract of providers holds it
// against what the code does.

/** docs/providers.md shows the table. The API answers a call that a provider lacks with HESABU_PROVIDER_CANNOT. */
export interface Capabilities {
  /** Whether a payment can be started. */
  readonly payments: boolean;
  /** Whether a payment can be given back; `whole` where no part of it can be. */
  readonly refunds: boolean | 'whole';
  /** Whether the operators of a country can be listed. */
  readonly operators: boolean;
  /** Whether the gateway answers what became of a payment: at once, later by a webhook, or never. */
  readonly status: 'immediate' | 'by-webhook' | 'none';
  /**
   * How webhooks prove their origin: a signature over their bytes, a secret in a header, or nothing; `none` where there
   * are no webhooks. Where the settings of an account decide, this is what it has without them.
   */
  readonly webhooks: 'signed' | 'secret' | 'unsigned' | 'none';
  /** Whether a day's settlement report can be fetched. */
  readonly settlement: boolean;
  /** Whether it can be asked what happened in a time, for webhooks that never came; absent where it cannot. */
  readonly gaps?: true;
}

type Ability = keyof Capabilities;

/** What is read of a provider, and what it lacks. docs/providers.md shows it. */
export interface Documents {
  /**
   * Each document with a month, such as 2026-11: of the copy that was read, where that is known, otherwise of the
   * reading. Nobody read it anew since.
   */
  readonly read: Readonly<Record<string, string>>;
  /** In a few words of each ability that `capabilities` denies: what the documents say, and what to do instead. */
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
}
