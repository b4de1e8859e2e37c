// Errors at the start of the service: its configuration, its secrets, and where it listens.

import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/service/config/config-file.ts';
import { writeFiles } from '../cli/cli-process.ts';
import { command, type Provocations } from './provocation.ts';

const ACCOUNT = {
  ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://api.example.com' },
  api_key: { env: 'MFS_API_KEY' },
};

function writeConfig(dir: string, more: object): string {
  const { 'hesabu.yaml': path } = writeFiles(dir, { 'hesabu.yaml': stringify({ data: './books', ...more }) });
  chmodSync(path, 0o600);
  return path;
}

export const SERVICE: Provocations<
  | 'HESABU_CONFIG_INVALID'
  | 'HESABU_SECRET_MISSING'
  | 'HESABU_KEYS_EXPOSED'
  | 'HESABU_LISTEN_REFUSED'
  | 'HESABU_LISTEN_FAILED'
> = {
  HESABU_CONFIG_INVALID: (dir) => {
    writeConfig(dir, { accounts: [{ ...ACCOUNT, base_url: 'ftp://api.example.com' }] });
    return command(dir, 'serve', '--config', 'hesabu.yaml');
  },
  HESABU_SECRET_MISSING: (dir) => loadConfig(writeConfig(dir, { accounts: [ACCOUNT] })),
  HESABU_KEYS_EXPOSED: (dir) => {
    mkdirSync(join(dir, 'books', 'keys'), { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, 'books', 'keys', 'api-keys.json'), '{"keys":[]}');
    chmodSync(join(dir, 'books', 'keys', 'api-keys.json'), 0o644);
    writeConfig(dir, {});
    return command(dir, 'serve', '--config', 'hesabu.yaml');
  },
  HESABU_LISTEN_REFUSED: (dir) => {
    writeConfig(dir, { listen: { host: '0.0.0.0' } });
    return command(dir, 'serve', '--config', 'hesabu.yaml');
  },
  HESABU_LISTEN_FAILED: async (dir) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      writeConfig(dir, { listen: { port } });
      return (await command(dir, 'serve', '--config', join(dir, 'hesabu.yaml'))).replace(`:${port}`, ':PORT');
    } finally {
      other.close();
    }
  },
};
