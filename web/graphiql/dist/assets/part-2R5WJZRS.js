import{a}from"/graphiql/assets/part-5FH7ACF4.js";import"/graphiql/assets/part-ETJMWXYB.js";import"/graphiql/assets/part-ZLFKLXKR.js";export default a();
