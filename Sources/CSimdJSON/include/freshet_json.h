#pragma once
int freshet_json_placeholder(void);
