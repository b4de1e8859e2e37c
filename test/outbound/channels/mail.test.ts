// Mail: never without TLS, in both forms, with a way to end it, and with the server's own words.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailSettings, mail } from '../../../src/outbound/channels/mail.ts';
import { type MailServer, mailServer } from './given-smtp.ts';

const at = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), 'utf8');
const [cert, key] = [at('cert.pem'), at('key.pem')];
const TEXT = {
  ...{ title: '差错 <b>overdue</b>\r\nBcc: evil@example.com', lines: ['A-1 · <script>alert(1)</script>'] },
  ...{ link: { url: 'https://desk.example/desk/breaks/1', label: 'Open' }, isCritical: false },
};

let server: MailServer;
beforeAll(async () => {
  server = await mailServer({ cert, key });
});
afterAll(() => server.close());

function settings(more: Partial<MailSettings> = {}): MailSettings {
  return {
    ...{ host: 'localhost', port: server.port, user: 'hesabu', password: 'secret-password', to: 'asha@example.com' },
    ...{ from: 'Hesabu <hesabu@example.com>', settingsUrl: 'https://desk.example/desk/settings', isAllowed: true },
    ...{ timeoutMillis: 5_000, reportOf: async () => null, ca: cert, ...more },
  };
}

test('goes over TLS, as text and as HTML, with hostile texts inert and a way to end it', async () => {
  const verdict = await mail(settings()).send(TEXT);
  expect(verdict).toEqual({ kind: 'taken', words: '250 2.0.0 Ok: queued as 1' });
  const text = server.mails.at(-1)!.replaceAll('=\r\n', '');
  expect(text).toMatch(
    /^List-Unsubscribe: <https:\/\/desk\.example\/desk\/settings>,\s+<mailto:hesabu@example\.com\?subject/m,
  );
  expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
  expect(text).not.toMatch(/^Bcc:/im);
  expect(text.slice(text.indexOf('text/html'))).not.toContain('<script>');
  expect(text).toContain('multipart/alternative');
  const beforeTls = server.commands.filter(({ isTls }) => !isTls).map(({ line }) => line.split(' ')[0]);
  expect(new Set(beforeTls)).toEqual(new Set(['EHLO', 'STARTTLS']));
  // The server is asked to tell what it cannot deliver.
  expect(server.commands.some(({ line }) => line.startsWith('RCPT') && line.includes('NOTIFY=FAILURE,DELAY'))).toBe(
    true,
  );
  expect(server.commands.some(({ line }) => line.includes('ORCPT=rfc822;asha@example.com'))).toBe(true);
});

test('brings along the reports that it can, and no more than fit', async () => {
  const asked: string[] = [];
  const reportOf = async (day: string) => {
    asked.push(day);
    return day === '2026-06-01' ? Buffer.from('a workbook') : day === '2026-06-02' ? Buffer.alloc(8_000_000) : null;
  };
  const reports = ['2026-06-01', '2026-06-01', '2026-06-02', '2026-06-03'];
  expect(await mail(settings({ reportOf })).send({ ...TEXT, reports })).toMatchObject({ kind: 'taken' });
  expect(asked).toEqual(['2026-06-01', '2026-06-02', '2026-06-03']);
  const text = server.mails.at(-1)!;
  expect(text.match(/filename=\S+/g)).toEqual(['filename=hesabu-2026-06-01.xlsx']);
  expect(text).toContain(Buffer.from('a workbook').toString('base64'));
});

test('is not sent without TLS, nor to a server whose certificate is another one', async () => {
  const before = server.mails.length;
  server.offersTls = false;
  server.answers = { STARTTLS: '502 no' };
  const refused = await mail(settings())
    .send(TEXT)
    .catch((error) => error);
  expect(refused.kind === 'refused' || refused.code === 'HESABU_GATEWAY_FAILED').toBe(true);
  server.offersTls = true;
  server.answers = {};
  const { ca: _, ...untrusted } = settings();
  await expect(mail(untrusted).send(TEXT)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  await expect(mail(settings({ isAllowed: false })).send(TEXT)).rejects.toMatchObject({
    code: 'HESABU_ADDRESS_FORBIDDEN',
  });
  expect(server.mails.length).toBe(before);
});

test('says what the server said: for ever of a person who is not there, for now of all else', async () => {
  server.answers = { RCPT: '550 5.1.1 No such user here' };
  expect(await mail(settings()).send(TEXT)).toMatchObject({
    kind: 'refused',
    isFinal: true,
    words: expect.stringContaining('No such user'),
  });
  server.answers = { DATA: '554 5.6.0 Not this text' };
  expect(await mail(settings()).send(TEXT)).toMatchObject({ kind: 'refused', isFinal: true });
  server.answers = { MAIL: '550 5.7.1 Not from this sender' };
  const sender = await mail(settings()).send(TEXT);
  expect(sender).toEqual({ kind: 'refused', words: expect.stringContaining('Not from this sender') });
  server.answers = { RCPT: '451 4.7.1 Try again later' };
  const later = await mail(settings()).send(TEXT);
  expect(later).toEqual({ kind: 'refused', words: expect.stringContaining('Try again later') });
  server.answers = { AUTH: '535 5.7.8 Authentication failed' };
  const wrong = await mail(settings()).send(TEXT);
  expect(wrong).toEqual({ kind: 'refused', words: expect.stringContaining('Authentication failed') });
  expect(JSON.stringify(wrong)).not.toContain('secret-password');
  server.answers = {};
});
