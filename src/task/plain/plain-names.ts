// The names in plain cases as numbers, and what follows from a name alone: once for all keys under one set of rules.

import type { Span } from '../../domain/byte-scan.ts';
import { currencyExponent } from '../../domain/currency.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { ByteNames } from './byte-names.ts';
import { FEE_NAMES_MAX } from './plain-fees.ts';

const MERCHANTS_MAX = 65_536;

export class PlainNames {
  private readonly rules: Pick<CompiledRules, 'unreported'>;
  private readonly names = new ByteNames(FEE_NAMES_MAX);
  private readonly merchants = new ByteNames(MERCHANTS_MAX);
  /** By the number of a currency; -1 for what is none. */
  private readonly exponents: number[] = [];
  private readonly unreported: boolean[] = [];

  constructor(rules: Pick<CompiledRules, 'unreported'>) {
    this.rules = rules;
  }

  get isFull(): boolean {
    return this.names.isFull || this.merchants.isFull;
  }

  clear(): void {
    this.names.clear();
    this.merchants.clear();
    this.exponents.length = 0;
    this.unreported.length = 0;
  }

  /** Of a provider, currency, country or operator; -1 for one that is not usual. */
  numberOf(bytes: Uint8Array, { from, to }: Span): number {
    return this.names.numberOf(bytes, from, to);
  }

  textOf(number: number): string {
    return this.names.textOf(number);
  }

  isMerchant(bytes: Uint8Array, { from, to }: Span): boolean {
    return to > from && this.merchants.numberOf(bytes, from, to) >= 0;
  }

  /** The decimals of a currency; -1 where it is none. */
  exponentOf(currency: number): number {
    if (currency < 0) return -1;
    this.exponents[currency] ??= currencyExponent(this.textOf(currency)) ?? -1;
    return this.exponents[currency];
  }

  /** Whether nobody reports the settlements of this network. */
  isUnreported(provider: number): boolean {
    this.unreported[provider] ??= this.rules.unreported.has(this.textOf(provider));
    return this.unreported[provider];
  }
}
