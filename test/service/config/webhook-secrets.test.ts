// The secrets of webhooks: long enough, and none for two accounts.
import { describe, expect, it } from 'vitest';
import type { HesabuError } from '../../../src/domain/errors.ts';
import type { Config } from '../../../src/service/config/config.ts';
import { checkWebhookSecrets } from '../../../src/service/config/webhook-secrets.ts';

/** Accounts with these secrets. */
function faultOf(...accounts: readonly (readonly string[])[]): string | null {
  const places = accounts.map((secrets) => ({ webhook: { secrets: secrets.map((text) => ({ env: text })) } }));
  const config = { accounts: places } as unknown as Pick<Config, 'accounts'>;
  try {
    checkWebhookSecrets('hesabu.yaml', config, (place) => ('env' in place ? place.env : ''));
    return null;
  } catch (error) {
    return (error as HesabuError).message;
  }
}

const [ONE, TWO, OLD] = ['a'.repeat(24), 'b'.repeat(24), 'c'.repeat(40)];

describe('webhook secrets', () => {
  it('are taken with 24 bytes, an older one beside a newer one, and where an account has none', () => {
    expect(faultOf([ONE, OLD], [TWO], [])).toBeNull();
    expect(faultOf(['密'.repeat(8)])).toBeNull();
  });

  it('are refused where one can be guessed, and the error does not quote it', () => {
    const fault = faultOf([ONE], ['hunter2']);
    expect(fault).toMatch(/^HESABU_CONFIG_INVALID: hesabu.yaml: accounts.1.webhook.secrets.0: .* at least 24 bytes/);
    expect(fault).not.toContain('hunter2');
  });

  it('are refused where two accounts have the same, and where an account has it twice (S06)', () => {
    const fault = faultOf([TWO, ONE], [ONE]);
    expect(fault).toContain('accounts.1.webhook.secrets.0');
    expect(fault).toContain('accounts.0.webhook.secrets.1');
    expect(fault).not.toContain(ONE);
    expect(faultOf([ONE, ONE])).toContain('accounts.0.webhook.secrets.1');
  });
});
