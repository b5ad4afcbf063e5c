(field_definition property: (_) @name value: (_) @function_value) @method
