// A server of another maker than our client's library: node-opcua. It ends when its stdin ends.
//
//   node server.js PORT FOLDER
//
// FOLDER is for its certificates. It prints a line when it is ready, and takes a line of JSON for each thing to do:
// {"write": "level", "value": 2.5, "status": "Uncertain", "source": 1795463696000}, answered by a line "written".
"use strict";

const readline = require("node:readline");
const path = require("node:path");
const { OPCUAServer, OPCUACertificateManager, MessageSecurityMode, SecurityPolicy, Variant, DataType, StatusCodes, VariantArrayType, standardUnits } = requireAll();

function requireAll() {
  const names = ["server", "certificate-manager", "secure-channel", "variant", "status-code", "data-access"];
  return Object.assign({}, ...names.map((name) => require(`node-opcua-${name}`)));
}

const VALUES = {
  level: { dataType: DataType.Double, value: 1.5 },
  count: { dataType: DataType.UInt32, value: 7 },
  running: { dataType: DataType.Boolean, value: true },
  batch: { dataType: DataType.String, value: "A-17" },
  many: { dataType: DataType.Int16, arrayType: VariantArrayType.Array, value: new Int16Array([1, 2, 3]) },
};

async function main(port, folder) {
  const certificates = new OPCUACertificateManager({
    automaticallyAcceptUnknownCertificate: true,
    rootFolder: path.join(folder, "pki"),
  });
  await certificates.initialize();
  const server = new OPCUAServer({
    port,
    hostname: "127.0.0.1",
    alternateHostname: ["127.0.0.1", "localhost"],
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    serverInfo: { applicationUri: "urn:peer:server" },
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [
      SecurityPolicy.None,
      SecurityPolicy.Basic256Sha256,
      SecurityPolicy.Aes128_Sha256_RsaOaep,
      SecurityPolicy.Aes256_Sha256_RsaPss,
    ],
    serverCapabilities: {
      maxSessions: 2,
      operationLimits: { maxNodesPerRead: 50, maxMonitoredItemsPerCall: 50, maxNodesPerBrowse: 50, maxNodesPerHistoryReadData: 10 },
    },
    userManager: { isValidUser: (name, password) => name === "edge" && password === "chili" },
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  const own = space.registerNamespace("urn:test:hall");
  const hall = own.addObject({ browseName: "Hall", organizedBy: space.rootFolder.objects, nodeId: "s=hall" });
  const nodes = {};
  for (const [name, { dataType, arrayType, value }] of Object.entries(VALUES)) {
    const options = {
      browseName: name,
      nodeId: `s=${name}`,
      componentOf: hall,
      dataType,
      description: `the ${name} of the hall`,
      valueRank: arrayType === undefined ? -1 : 1,
      minimumSamplingInterval: 50,
    };
    nodes[name] =
      name === "level"
        ? own.addAnalogDataItem({
            ...options,
            engineeringUnitsRange: { low: 0, high: 100 },
            engineeringUnits: standardUnits.degree_celsius,
          })
        : own.addVariable(options);
    nodes[name].setValueFromSource(new Variant({ dataType, arrayType, value }));
  }
  space.installHistoricalDataNode(nodes.level, { maxOnlineValues: 5000 });
  await server.start();
  console.log("ready");

  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const { write, value, status, source } = JSON.parse(line);
    const { dataType, arrayType } = VALUES[write];
    const content = arrayType === undefined ? value : new Int16Array(value);
    nodes[write].setValueFromSource(
      new Variant({ dataType, arrayType, value: content }),
      StatusCodes[status ?? "Good"],
      source === undefined ? new Date() : new Date(source),
    );
    console.log("written");
  });
  process.stdin.on("end", async () => {
    await server.shutdown(0);
    process.exit(0);
  });
}

main(Number(process.argv[2]), process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
