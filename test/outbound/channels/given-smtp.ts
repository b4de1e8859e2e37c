// A mail server that speaks as much SMTP as a notice needs: with STARTTLS or without, and with answers of its own.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface MailServer {
  readonly port: number;
  /** The mails that it took, as they came. */
  readonly mails: string[];
  /** The commands that came before TLS, and after. */
  readonly commands: { readonly isTls: boolean; readonly line: string }[];
  /** The answer to a command, where it is not a usual one. */
  answers: Record<string, string>;
  offersTls: boolean;
  close(): Promise<void>;
}

export async function mailServer(tls: { readonly cert: string; readonly key: string }): Promise<MailServer> {
  const context = createSecureContext(tls);
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    talk(socket, false);
    socket.write('220 mail.example.com\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const mail: MailServer = {
    ...{ port: (server.address() as AddressInfo).port, mails: [], commands: [], answers: {}, offersTls: true },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
  function talk(socket: Socket, isTls: boolean): void {
    let text = '';
    let isData = false;
    const onData = (chunk: Buffer) => {
      text += chunk.toString();
      for (;;) {
        const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          mail.mails.push(line);
          socket.write('250 2.0.0 Ok: queued as 1\r\n');
          continue;
        }
        mail.commands.push({ isTls, line });
        const [command = ''] = line.toUpperCase().split(' ');
        const said = mail.answers[command];
        if (said !== undefined) socket.write(`${said}\r\n`);
        else if (command === 'EHLO') {
          const tlsLine = mail.offersTls && !isTls ? '250-STARTTLS\r\n' : '';
          socket.write(`250-mail.example.com\r\n${tlsLine}250-AUTH PLAIN\r\n250 DSN\r\n`);
        } else if (command === 'STARTTLS') {
          socket.off('data', onData);
          socket.write('220 Go ahead\r\n');
          const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
          secure.on('error', () => {});
          return talk(secure, true);
        } else if (command === 'DATA') {
          isData = true;
          socket.write('354 End with a dot\r\n');
        } else if (command === 'QUIT') socket.end('221 Bye\r\n');
        else socket.write(command === 'AUTH' ? '235 2.7.0 Ok\r\n' : '250 2.1.0 Ok\r\n');
      }
    };
    socket.on('data', onData);
  }
  return mail;
}
