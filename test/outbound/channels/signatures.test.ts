// Signatures, compared with values that another program made from the documentation's words alone.
//
// DingTalk: printf '%s\n%s' 1780315200000 SECabc123 |
//   openssl dgst -sha256 -hmac SECabc123 -binary | base64, and then each of + / = by its code.
// Lark: printf '' | openssl dgst -sha256 -hmac "$(printf '%s\n%s' 1780315200 larkSecret)" -binary | base64
import { expect, test } from 'vitest';
import { signedUrl } from '../../../src/outbound/channels/dingtalk.ts';
import { signature } from '../../../src/outbound/channels/lark.ts';

test('of DingTalk: the secret is the key, time and secret are the text, in milliseconds and in the query', () => {
  const url = 'https://oapi.dingtalk.com/robot/send?access_token=t0';
  expect(signedUrl(url, 'SECabc123', 1_780_315_200_000)).toBe(
    `${url}&timestamp=1780315200000&sign=7hcD6XJHvuRaJK%2F%2Bx1BQqA2HcFOaY06SPM1Jb5GM4Jw%3D`,
  );
});

test('of Lark: time and secret are the key, the text is empty, in seconds', () => {
  expect(signature('larkSecret', 1_780_315_200)).toBe('HW4dIUrRd5wY88Gpqiw0wUxzAWETEVBl2ZyliyWCWmM=');
});
