// Every method of Backstage's catalog client against a running server that holds the petstore of the tests.
// Usage: node catalog-client.mjs BASE_URL TOKEN. What is expected is written down from Backstage's documented
// behaviour, with the differences that docs/backstage-compatibility.md lists.
import assert from 'node:assert/strict';
import { CATALOG_FILTER_EXISTS, CatalogClient } from '@backstage/catalog-client';

const [, , baseUrl, token] = process.argv;
const client = new CatalogClient({ discoveryApi: { getBaseUrl: async plugin => `${baseUrl}/api/${plugin}` } });
const as = { token };
const refOf = e => `${e.kind}:${e.metadata.namespace}/${e.metadata.name}`.toLowerCase();
const refs = entities => entities.map(refOf);
const STORE = 'component:default/petstore';
const PAGE = 'https://git.example/acme/libraries/catalog-info.yaml';
const OTHER = 'https://git.example/acme/other/catalog-info.yaml';
const COMPONENTS = ['component:default/g-a', 'component:default/g_b.c', STORE, 'component:ns1/parent'];

const checks = {
  async getEntities() {
    const all = await client.getEntities({}, as);
    assert.equal(all.items.length, 13);
    const either = await client.getEntities({ filter: [{ kind: 'api' }, { kind: ['user', 'domain'] }] }, as);
    assert.deepEqual(refs(either.items).sort(), ['api:default/pet-api', 'domain:default/retail', 'user:default/jane']);
    const tagged = await client.getEntities({ filter: { 'metadata.tags': CATALOG_FILTER_EXISTS } }, as);
    assert.deepEqual(refs(tagged.items).sort(), [STORE, 'resource:default/db']);
    const ordered = await client.getEntities(
      { filter: { kind: 'component' }, order: { field: 'metadata.name', order: 'desc' }, limit: 2, offset: 1 }, as);
    assert.deepEqual(refs(ordered.items), ['component:ns1/parent', 'component:default/g_b.c']);
    const small = await client.getEntities({ filter: { kind: 'user' }, fields: ['kind', 'spec.profile'] }, as);
    assert.deepEqual(small.items, [{ kind: 'User', spec: { profile: { email: 'Jane@x.example' } } }]);
  },
  async getEntitiesByRefs() {
    const { items } = await client.getEntitiesByRefs(
      { entityRefs: [STORE, 'component:default/nope', 'user:default/jane'], fields: ['kind'] }, as);
    assert.deepEqual(items, [{ kind: 'Component' }, undefined, { kind: 'User' }]);
    const filtered = await client.getEntitiesByRefs(
      { entityRefs: [STORE, 'component:default/g-a'], filter: { 'spec.type': 'library' } }, as);
    assert.deepEqual(filtered.items.map(e => e && refOf(e)), [undefined, 'component:default/g-a']);
  },
  async queryEntities() {
    const query = { filter: { kind: 'component' }, orderFields: { field: 'metadata.name', order: 'asc' }, limit: 3 };
    const first = await client.queryEntities(query, as);
    assert.deepEqual(first.items.map(e => e.metadata.name), ['g-a', 'g_b.c', 'parent']);
    assert.equal(first.totalItems, 4);
    assert.equal(first.pageInfo.prevCursor, undefined);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 3 }, as);
    assert.deepEqual(second.items.map(e => e.metadata.name), ['Petstore']);
    assert.equal(second.pageInfo.nextCursor, undefined);
    const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 3 }, as);
    assert.deepEqual(refs(back.items), refs(first.items));
    const found = await client.queryEntities(
      { fullTextFilter: { term: 'PET', fields: ['metadata.name'] }, totalItems: 'exclude' }, as);
    assert.deepEqual(refs(found.items).sort(), ['api:default/pet-api', STORE]);
    assert.equal(found.totalItems, 0);
  },
  async queryEntitiesByPredicate() {
    const query = { kind: 'component', $not: { 'spec.type': { $in: ['service', 'website'] } } };
    const first = await client.queryEntities(
      { query, limit: 1, orderFields: { field: 'metadata.name', order: 'asc' } }, as);
    assert.deepEqual([refs(first.items), first.totalItems], [['component:default/g-a'], 2]);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor }, as);
    assert.deepEqual(refs(second.items), ['component:default/g_b.c']);
  },
  async streamEntities() {
    const seen = [];
    for await (const page of client.streamEntities({ filter: { kind: 'component' }, pageSize: 1 }, as)) {
      assert.ok(page.length <= 1);
      seen.push(...refs(page));
    }
    assert.deepEqual(seen.sort(), COMPONENTS);
  },
  async getEntityByRef() {
    const entity = await client.getEntityByRef('Component:Petstore', as);
    assert.equal(entity.metadata.name, 'Petstore');
    assert.deepEqual(entity.relations[0], { type: 'consumesApi', targetRef: 'api:default/x-api' });
    assert.equal(await client.getEntityByRef('component:default/nope', as), undefined);
    const named = await client.getEntityByName({ kind: 'user', namespace: 'default', name: 'jane' }, as);
    assert.equal(refOf(named), 'user:default/jane');
  },
  async getEntityAncestors() {
    const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef: STORE }, as);
    assert.equal(rootEntityRef, STORE);
    assert.deepEqual(items.map(i => i.entity.kind), ['Component', 'Location']);
    assert.deepEqual(items[0].parentEntityRefs, [refOf(items[1].entity)]);
  },
  async getEntityFacets() {
    const { facets } = await client.getEntityFacets(
      { facets: ['kind', 'spec.lifecycle'], filter: { kind: 'component' } }, as);
    assert.deepEqual(facets.kind, [{ value: 'Component', count: 4 }]);
    assert.deepEqual(facets['spec.lifecycle'].map(f => f.value), ['Deprecated', 'deprecated', 'production']);
    const asked = await client.getEntityFacets({ facets: ['spec.type'], query: { kind: 'api' } }, as);
    assert.deepEqual(asked.facets, { 'spec.type': [{ value: 'openapi', count: 1 }] });
  },
  async refreshEntity() {
    assert.equal(await client.refreshEntity(STORE, as), undefined);
    await assert.rejects(client.refreshEntity('component:default/nope', as));
  },
  async validateEntity() {
    const entity = {
      apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'x' },
      spec: { type: 'service', lifecycle: 'production', owner: 'me' },
    };
    assert.deepEqual(await client.validateEntity(entity, `url:${PAGE}`, as), { valid: true });
    const bad = await client.validateEntity({ ...entity, spec: { type: 'service' } }, `url:${PAGE}`, as);
    assert.equal(bad.valid, false);
    assert.match(bad.errors[0].message, /must have required property/);
  },
  async analyzeLocation() {
    const found = await client.analyzeLocation({ location: { type: 'url', target: 'https://github.com/acme/x' } }, as);
    assert.equal(found.generateEntities[0].entity.metadata.annotations['github.com/project-slug'], 'acme/x');
  },
  async locations() {
    const tried = await client.addLocation({ type: 'url', target: PAGE, dryRun: true }, as);
    assert.deepEqual([tried.entities.length, tried.exists], [3, false]);
    const { location } = await client.addLocation({ type: 'url', target: PAGE }, as);
    await assert.rejects(client.addLocation({ type: 'url', target: PAGE }, as), /409/);
    assert.deepEqual(await client.getLocations({}, as), { items: [location] });
    assert.deepEqual(await client.getLocationById(location.id, as), location);
    assert.deepEqual(await client.getLocationByRef(`url:${PAGE}`, as), location);
    assert.deepEqual(await client.getLocationByEntity('component:default/registered', as), location);
    assert.equal(await client.getLocationByEntity(STORE, as), undefined);
    assert.equal(await client.getLocationById('nope', as), undefined);
    const queried = await client.queryLocations({ query: { type: 'url' }, limit: 5 }, as);
    assert.deepEqual([queried.items, queried.totalItems], [[location], 1]);
    const streamed = [];
    for await (const page of client.streamLocations({}, as)) streamed.push(...page);
    assert.deepEqual(streamed, [location]);
    const moved = await client.updateLocation(location.id, { type: 'url', target: OTHER }, as);
    assert.deepEqual([moved.id, moved.target], [location.id, OTHER]);
    await client.removeLocationById(location.id, as);
    assert.deepEqual(await client.getLocations({}, as), { items: [] });
  },
  async removeEntityByUid() {
    const entity = await client.getEntityByRef('component:default/g-a', as);
    await client.removeEntityByUid(entity.metadata.uid, as);
    assert.equal(await client.getEntityByRef('component:default/g-a', as), undefined);
    await client.removeEntityByUid(entity.metadata.uid, as);
  },
  async credentials() {
    await assert.rejects(client.getEntities({}, {}), /401/);
    await assert.rejects(client.getEntities({}, { token: 'wrong' }), /401/);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}
process.exit(failed ? 1 : 0);
