# What nginx answers from a file beside the endpoints' programs.
def files: [
	{name: "openapi", path: "/openapi.json", type: "application/json",
	    says: "This description (OpenAPI 3.1)."}
];
