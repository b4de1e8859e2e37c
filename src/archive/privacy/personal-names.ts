// Which names of fields and headers mean a secret or personal data. Names are split into words, so that
// customer_email, customerEmail and `Customer Email` are the same.

/**
 * `secret` is removed; `personal` becomes a pseudonym, with everything in it; `person` is an object about a person, in
 * which everything except an id becomes one; `id` stays as it is, and so does a `measure` that is one; `label` names
 * the field whose `value` follows; `name` is either such a label or the name of a person or thing. `note` is what a
 * person wrote, of which only a code stays; `message` is in a network's own words, which stay but for numbers and
 * addresses. Of all other names nothing is known: of a `plain` one a text of several words does not stay.
 */
export type NameKind =
  | 'secret'
  | 'personal'
  | 'person'
  | 'id'
  | 'measure'
  | 'label'
  | 'name'
  | 'value'
  | 'note'
  | 'message'
  | 'plain';

/** With the addresses at which a network calls back: their last part may be the secret path of an account. */
const SECRETS = words(`
  secret token password passwd pwd passphrase passcode passkey pin mpin otp cvv cvc credential auth authorization
  signature sign sig hmac jwt bearer apikey accesskey privatekey secretkey consumerkey sessionkey clientkey appkey
  authkey signingkey encryptionkey subscriptionkey masterkey accesstoken refreshtoken authtoken clientsecret
  consumersecret
  callbackurl webhookurl resulturl timeouturl confirmationurl validationurl notificationurl notifyurl ipnurl`);

const PERSONAL = words(`
  msisdn phone phonenumber phoneno mobile mobilenumber mobileno mobilephone tel telephone cellphone whatsapp partyid
  ip ipaddress ipaddr ipv4 ipv6 device deviceid devicefingerprint fingerprint imei imsi email emailaddress mail
  firstname lastname middlename surname fullname givenname familyname customername payername payeename sendername
  recipientname receivername beneficiaryname subscribername accountname accountholder cardholder cardholdername
  address dateofbirth birthdate birthday dob nationalid nationalidnumber passport passportnumber pan cardnumber iban
  username nickname ssn nin bvn latitude longitude narration otherparty partyinfo otherpartyinfo
  beneficiaire titulaire prenom courriel adresse`);

/** Parts of Chinese names of columns: of a person, a phone, an address, a mailbox, an identity card. */
const CHINESE =
  /姓名|名字|昵称|用户|客户|会员|买家|顾客|收货人|收件人|付款人|收款人|联系人|手机|电话|邮箱|邮件|地址|身份证|户名/;

const PERSONS = words(`
  customer payer payee sender recipient receiver beneficiary subscriber contact person buyer user cardowner`);

/** Things that have a name: `operator_name`, or `name` within an `operator`. Other names are people's. */
const THINGS = words(`
  operator network provider gateway merchant shop store outlet till business company organisation organization brand
  bank branch product item sku plan event country currency city region channel service method app application file
  field column table host domain class function parameter param header tag status type category report batch queue
  topic`);

/** Last words of names whose values are not personal data, even if they look like a phone number. */
const IDS = words('id ref reference rrn arn stan code receipt uuid guid key hash');

/** The same of amounts, times and counts: their values are numbers, or are not what their name says. */
const MEASURES = words(`
  amount fee net gross total subtotal minor sum tax balance price value date at on time timestamp created updated
  count version serial sequence batch report line`);

/** What people write to each other, and why they want something. */
const NOTES = words(`
  reason refundreason returnreason reversalreason cancelreason cancellationreason remark comment note memo occasion
  payermessage instruction`);

/** Words of a network, a shop or ours, beside the names of things. */
const MESSAGES = words(`
  message msg error resultdesc resultdescription responsedesc responsedescription errordescription statusdescription
  statusmessage errormessage gatewayresponse processorresponse failurereason declinereason rejectreason
  rejectionreason statusreason title expected event type status state currency operator zone timezone`);

/** Before `number` and `no`. After any other word the number is judged by its form, because many belong to people. */
const NUMBERED = words(`
  transaction trans txn trx order reference ref receipt invoice payment payout settlement statement refund request
  response batch line row report serial version sequence seq tracking ticket case event message approval rrn bill
  build page part`);

const KNOWN_MAX = 10_000;
const NAME_LENGTH_MAX = 80;
const known = new Map<string, NameKind>();

/** The kind of a field's name. Results are cached, because there are few names. */
export function kindOfName(name: string): NameKind {
  let kind = known.get(name);
  if (kind === undefined) {
    kind = judge(name);
    if (name.length <= NAME_LENGTH_MAX) {
      if (known.size >= KNOWN_MAX) known.clear();
      // A slice would keep the whole body in memory that it was cut from.
      known.set(Buffer.from(name).toString(), kind);
    }
  }
  return kind;
}

function judge(name: string): NameKind {
  const parts = wordsOf(name);
  const whole = parts.join('');
  if (whole === 'key') return 'label';
  if (whole === 'name' || whole === 'value') return whole;
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  const ends = [whole, last, parts.slice(-2).join(''), parts.slice(-3).join('')];
  const isIn = (set: ReadonlySet<string>) => ends.some((end) => set.has(end) || set.has(end.replace(/s$/, '')));
  if (isIn(SECRETS)) return 'secret';
  if (CHINESE.test(name)) return 'personal';
  if (isIn(PERSONAL) || /(?:msisdn|phone(?:no|number)?s?|email)$/.test(whole)) return 'personal';
  if (isIn(PERSONS)) return 'person';
  if (last === 'name' || last === 'names') return THINGS.has(before) ? 'message' : 'person';
  if (last === 'number' || last === 'no') return NUMBERED.has(before) ? 'id' : 'plain';
  // The reason of a failure is the network's; a reason alone may be a person's.
  if (isIn(MESSAGES)) return 'message';
  if (isIn(NOTES)) return 'note';
  if (IDS.has(last) || IDS.has(last.replace(/s$/, ''))) return 'id';
  if (MEASURES.has(last) || MEASURES.has(last.replace(/s$/, ''))) return 'measure';
  return isIn(THINGS) ? 'message' : 'plain';
}

/** Whether an object under this name is not a person, so that its `name` may be read. */
export function isThing(name: string): boolean {
  const last = wordsOf(name.slice(-NAME_LENGTH_MAX)).at(-1) ?? '';
  return THINGS.has(last) || THINGS.has(last.replace(/s$/, ''));
}

/** `customerEmail`, `customer-email` and `CUSTOMER_EMAIL` are `customer`, `email`. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/**
 * What is stored of a header's value: all of it but numbers and addresses, its first word, nothing, all but its
 * signatures, or pseudonyms of its parts. Of an `unknown` one not even the name is.
 */
export type HeaderKind = 'plain' | 'product' | 'secret' | 'signature' | 'personal' | 'unknown';

const SECRET_HEADER = /authori[sz]ation|cookie|secret|token|passw|passphrase|api-?key|credential|session/;
/** Providers' header names for a shared secret, or for a signature without a known form. */
const PROOF_HEADER = /(?:^|-)auth(?:$|-)|verif-?hash|sign$/;
const PERSONAL_HEADER = /^(?:forwarded|from|x-forwarded-for|x-original-forwarded-for)$|(?:^|-)(?:ip|user-id)$/;
const PRODUCT_HEADER = /^(?:user-agent|server|via)$/;
/** Of HTTP itself. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set(
  `accept accept-encoding accept-language age allow cache-control connection content-encoding content-language
  content-length content-type date etag expires host last-modified location retry-after transfer-encoding vary
  www-authenticate traceparent x-callback-url x-country x-currency x-target-environment`.split(/\s+/),
);
/** By these, networks say what a message is. */
const MESSAGE_HEADER =
  /(?:^|-)(?:topic|event|(?:event|webhook|delivery|request|correlation|reference|trace)-id|event-type|timestamp)$/;
const CALL_HEADER = /(?:^|-)(?:idempotency-key|api-version|triggered-at)$|^(?:x-)?ratelimit-/;
const knownHeaders = new Map<string, HeaderKind>();

/** `name` is in lower case. */
export function kindOfHeader(name: string): HeaderKind {
  let kind = knownHeaders.get(name);
  if (kind === undefined) {
    kind = judgeHeader(name);
    if (knownHeaders.size >= KNOWN_MAX) knownHeaders.clear();
    if (name.length <= NAME_LENGTH_MAX) knownHeaders.set(name, kind);
  }
  return kind;
}

function judgeHeader(name: string): HeaderKind {
  if (SECRET_HEADER.test(name) || PROOF_HEADER.test(name)) return 'secret';
  if (/signature|hmac/.test(name)) return 'signature';
  const kind = kindOfName(name);
  if (kind === 'secret') return 'secret';
  if (PERSONAL_HEADER.test(name) || kind === 'personal' || kind === 'person') return 'personal';
  if (PRODUCT_HEADER.test(name)) return 'product';
  const isPlain = PLAIN_HEADERS.has(name) || MESSAGE_HEADER.test(name) || CALL_HEADER.test(name);
  return isPlain ? 'plain' : 'unknown';
}

/** A column is as personal as its own name, which comes first, or the fields that are read from it. */
export function strictestKind(names: readonly string[]): NameKind {
  const kinds = names.map(kindOfName);
  const order: readonly NameKind[] = ['secret', 'personal', 'person', 'name', 'note'];
  return order.find((kind) => kinds.includes(kind)) ?? kinds[0] ?? 'plain';
}
