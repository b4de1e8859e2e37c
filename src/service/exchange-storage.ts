// Opens the archive of raw exchanges as the configuration has it.

import type { Logger } from 'pino';
import { ExchangeArchive } from '../archive/exchanges/exchange-archive.ts';
import type { Config } from './config/config.ts';

export function openExchanges(
  { data, archive }: Pick<Config, 'data' | 'archive'>,
  pseudonym: (text: string) => string,
  logger: Logger,
): Promise<ExchangeArchive> {
  const onDamage = (where: string) => logger.error({ where }, 'a part of the raw archive cannot be read');
  return ExchangeArchive.open(data, { pseudonym, retentionDays: archive.days, onDamage });
}
