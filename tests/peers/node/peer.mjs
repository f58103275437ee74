// Digital Bazaar's libraries behind one line of JSON in, one out. It reads no network: contexts are given at the
// start, and did:key documents are made from the key itself.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as statusLists from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createInterface} from 'node:readline';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsigs from 'jsonld-signatures';
import jsonld from 'jsonld';

const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const DID_V1 = 'https://www.w3.org/ns/did/v1';
const SUITES = {
  'eddsa-rdfc-2022': {sign: () => eddsaRdfc, verify: () => eddsaRdfc},
  'eddsa-jcs-2022': {sign: eddsaJcs.createSignCryptosuite, verify: eddsaJcs.createVerifyCryptosuite},
  'ecdsa-rdfc-2019': {sign: () => ecdsaRdfc, verify: () => ecdsaRdfc},
  'ecdsa-jcs-2019': {sign: ecdsaJcs.createSignCryptosuite, verify: ecdsaJcs.createVerifyCryptosuite}
};
const documents = new Map();

async function documentLoader(url) {
  const document = url.startsWith('did:key:') ? didKey(url) : documents.get(url);
  if(!document) {
    throw new Error(`not known here: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
}

function didKey(url) {
  const [did, fragment] = url.split('#');
  const key = did.slice('did:key:'.length);
  const id = `${did}#${key}`;
  const method = {id, type: 'Multikey', controller: did, publicKeyMultibase: key};
  if(fragment) {
    return {'@context': MULTIKEY, ...method};
  }
  return {
    '@context': [DID_V1, MULTIKEY], id: did, verificationMethod: [method],
    assertionMethod: [id], authentication: [id]
  };
}

const suiteOf = name => new DataIntegrityProof({cryptosuite: SUITES[name].verify()});
const suitesOf = document => [document.proof].flat().map(proof => suiteOf(proof.cryptosuite));

async function signerOf({publicKeyMultibase, secretKeyMultibase}) {
  const id = `did:key:${publicKeyMultibase}#${publicKeyMultibase}`;
  const library = publicKeyMultibase.startsWith('z6Mk') ? Ed25519Multikey : EcdsaMultikey;
  const pair = await library.from({
    '@context': MULTIKEY, type: 'Multikey', id, controller: id.split('#')[0], publicKeyMultibase, secretKeyMultibase
  });
  return pair.signer();
}

const commands = {
  async contexts({contexts}) {
    Object.entries(contexts).forEach(([url, document]) => documents.set(url, document));
    return {};
  },
  async generate({curve}) {
    const pair = curve === 'Ed25519' ? await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve});
    const {publicKeyMultibase, secretKeyMultibase} = await pair.export({publicKey: true, secretKey: true});
    return {publicKeyMultibase, secretKeyMultibase};
  },
  async issue({credential, suite, key, date}) {
    const signing = new DataIntegrityProof({signer: await signerOf(key), date, cryptosuite: SUITES[suite].sign()});
    return {document: await vc.issue({credential, suite: signing, documentLoader, now: date})};
  },
  async present({presentation, suite, key, challenge, domain, date}) {
    const signing = new DataIntegrityProof({signer: await signerOf(key), date, cryptosuite: SUITES[suite].sign()});
    const document = await vc.signPresentation(
      {presentation, suite: signing, challenge, domain, documentLoader, now: date});
    return {document};
  },
  async verify({credential, lists = {}, now}) {
    Object.entries(lists).forEach(([url, document]) => documents.set(url, document));
    const checkStatus = Object.keys(lists).length ? options => statusLists.checkStatus(
      {...options, suite: Object.values(lists).flatMap(suitesOf)}) : undefined;
    return said(await vc.verifyCredential(
      {credential, suite: suitesOf(credential), documentLoader, checkStatus, now}));
  },
  async verifyPresentation({presentation, challenge, domain, now}) {
    const inner = [presentation.verifiableCredential ?? []].flat().flatMap(suitesOf);
    const suite = [...suitesOf(presentation), ...inner];
    return said(await vc.verify({presentation, suite, challenge, domain, documentLoader, now}));
  },
  async verifyAlone({document}) {
    const purpose = new jsigs.purposes.AssertionProofPurpose();
    return said(await jsigs.verify(document, {suite: suitesOf(document), purpose, documentLoader}));
  },
  async canonize({document, hash = 'sha256'}) {
    const options = {algorithm: 'RDFC-1.0', format: 'application/n-quads', base: null, safe: true};
    const canonizeOptions = {messageDigestAlgorithm: hash};
    return {text: await jsonld.canonize(document, {...options, canonizeOptions, documentLoader})};
  }
};

function said(result) {
  const errors = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error]
    .filter(Boolean).map(error => error.message);
  const statuses = result.statusResult?.results?.map(({status}) => status);
  return {verified: result.verified, errors, ...(statuses && {statuses})};
}

for await (const line of createInterface({input: process.stdin})) {
  const {command, ...rest} = JSON.parse(line);
  let answer;
  try {
    answer = await commands[command](rest);
  } catch(error) {
    answer = {error: String(error.message ?? error), errors: (error.errors ?? []).map(String)};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
