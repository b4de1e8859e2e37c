// The part of an account in hesabu.yaml by which bodies are read. Its other settings, such as addresses and secrets,
// may be missing: a body can be inspected before its account is complete.

import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { schemaFault } from '../../domain/schema-fault.ts';
import { type AccountSettings, READING } from '../../producers/account-settings.ts';
import { readTextFile } from '../../runtime/regular-file.ts';
import { readYaml } from '../../runtime/yaml.ts';

const PART = z.looseObject({
  provider: z.string(),
  account: z.string().optional(),
  merchants: z.array(z.string()).optional(),
  webhook: z.looseObject({ scheme: z.string().optional() }).optional(),
  ...READING,
});
const CONFIG = z.looseObject({ accounts: z.array(PART) });

/**
 * The account of this name, or the provider's first one where none is named. Throws HESABU_FILE_MISSING and
 * HESABU_CONFIG_INVALID.
 */
export function accountIn(path: string, provider: string, account: string | undefined): Partial<AccountSettings> {
  const written = readYaml(readTextFile(path), path, 'HESABU_CONFIG_INVALID') ?? {};
  const read = CONFIG.safeParse(written);
  if (!read.success) {
    const { field, expected } = schemaFault(read.error.issues[0]!, written);
    throw new HesabuError('HESABU_CONFIG_INVALID', { where: `${path}: ${field}`, expected });
  }
  const found = read.data.accounts.find(
    (one) => one.provider === provider && (account === undefined || one.account === account),
  );
  if (found !== undefined) return found as Partial<AccountSettings>;
  const name = account === undefined ? provider : `${provider}/${account}`;
  throw new HesabuError('HESABU_CONFIG_INVALID', { where: path, expected: `an account ${name}`, found: 'none' });
}
