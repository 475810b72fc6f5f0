/** Messages of public APIs whose protos have rules of buf.validate: a valid one and an invalid one of each, as ProtoJSON. */

const subject = { namespace: "user", objectId: "liuchao", relation: "..." };

const match = (...exprs) => ({ match: { all: { of: exprs.map((expr) => ({ expr })) } } });

const rule = (name, actions, roles) => ({
  ...{ actions, roles, effect: "EFFECT_ALLOW", name },
  condition: match("request.resource.attr.owner == request.principal.id", "request.resource.attr.public"),
});

const resource = (id, actions) => ({
  actions,
  resource: { kind: "album:object", policyVersion: "default", id, scope: "acme.corp" },
});

export const payloads = [
  {
    name: "cerbos request",
    proto: "cerbos/request/v1/request.proto",
    type: "cerbos.request.v1.CheckResourcesRequest",
    valid: {
      requestId: "c2db17b8-4f9f-4fb1-acfd-9162a02be42b",
      principal: { id: "alice", policyVersion: "20210210", roles: ["employee", "manager"], scope: "acme.corp" },
      resources: [resource("XX125", ["view", "approve", "defer"]), resource("XX225", ["view", "comment"])],
      auxData: { jwt: { token: "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.e30.WN_tOScSpd", keySetId: "my-keyset" } },
    },
    break: (message) => {
      message.principal.id = "";
      message.resources[1].actions = ["view", "view"];
    },
  },
  {
    name: "cerbos policy",
    proto: "cerbos/policy/v1/policy.proto",
    type: "cerbos.policy.v1.Policy",
    valid: {
      apiVersion: "api.cerbos.dev/v1",
      resourcePolicy: {
        ...{ resource: "leave_request", version: "20210210", scope: "acme.hr.uk" },
        importDerivedRoles: ["apatr_common_roles", "other.roles"],
        rules: [
          rule("wildcard", ["*"], ["admin"]),
          rule("create-own", ["create", "edit"], ["employee", "contractor"]),
          rule("approve", ["approve", "reject"], ["manager"]),
        ],
      },
    },
    break: (message) => {
      message.apiVersion = "api.cerbos.dev/v2";
      message.policyType.value.rules[2].name = "9 lives";
    },
  },
  {
    name: "spicedb dispatch",
    proto: "dispatch/v1/dispatch.proto",
    type: "dispatch.v1.DispatchCheckRequest",
    valid: {
      metadata: { atRevision: "1621538189028928000", depthRemaining: 50, traversalBloom: "AAECAwQFBgcICQ==" },
      resourceRelation: { namespace: "acme/document", relation: "viewer" },
      resourceIds: ["masterplan", "companyplan", "healthplan"],
      subject,
    },
    break: (message) => {
      message.metadata.depthRemaining = 0;
      message.subject.namespace = "User";
    },
  },
];
