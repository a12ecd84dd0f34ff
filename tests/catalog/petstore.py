"""A shop of thirteen entities, in two files, that the conformance cases of the query language speak of."""

from typing import Final

SHOP: Final = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Petstore
  title: The Pet Store
  description: Sells pets
  tags: [java, shop]
  annotations: {github.com/project-slug: acme/petstore}
  links: [{url: "https://x.example", title: Home}]
spec:
  type: service
  lifecycle: Deprecated
  owner: team-a
  system: shop
  subcomponentOf: parent
  providesApis: [pet-api, other/thing-api]
  consumesApis: ["api:x-api"]
  dependsOn: ["resource:db", "component:other/foo"]
  dependencyOf: ["component:bar"]
  x: {b: [c, {d: 1}], e: 7}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: parent, namespace: ns1}
spec: {type: website, lifecycle: deprecated, owner: "user:default/jane"}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pet-api, description: All about pets}
spec: {type: openapi, lifecycle: production, owner: team-a, system: shop, definition: "openapi: 3.0.0"}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db, tags: [sql]}
spec: {type: database, owner: team-a, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: team-a, domain: retail}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: retail}
spec: {owner: team-a, subdomainOf: business}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, parent: dept, children: [team-a1], members: [jane]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: jane}
spec: {memberOf: [team-a, dept], profile: {email: Jane@x.example}}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: t1}
spec: {type: service, owner: team-a, steps: []}
"""

LIBRARIES: Final = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: g-a}
spec: {type: library, lifecycle: production, owner: "group:default/TEAM-A"}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: g_b.c}
spec: {type: library, lifecycle: production, owner: "group:default/TEAM-A"}
"""

NAMES: Final = ("api:default/pet-api", "component:default/g-a", "component:default/g_b.c", "component:default/petstore",
                "component:ns1/parent", "domain:default/retail", "group:default/team-a", "resource:default/db",
                "system:default/shop", "template:default/t1", "user:default/jane")  # fmt: skip
"""All refs but those of the two generated Locations, sorted."""
